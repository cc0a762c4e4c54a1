"""What a teacher does with the grades of a class: decide, publish, compare."""
