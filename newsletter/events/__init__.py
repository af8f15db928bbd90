"""Events: the stories that tell one thing that happened."""
