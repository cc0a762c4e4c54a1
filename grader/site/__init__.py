"""The class's page, out of values: what came of all, who made the same mistake, who handed in the
same."""
