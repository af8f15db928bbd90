"""Lists in and out: readers from other services and our own exports, by the file."""
