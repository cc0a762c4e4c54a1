"""The class's page: ``overview`` computes what it shows, ``render`` turns that into HTML."""
