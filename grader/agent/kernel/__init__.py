"""What the kernel says."""
