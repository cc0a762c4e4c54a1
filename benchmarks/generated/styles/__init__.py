"""The dimensions of style, by what they are about."""
