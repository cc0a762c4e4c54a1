"""What a teacher does with many results."""
