"""May this be shared, about anybody: answered by the decision itself over people in general, and nobody in it."""
