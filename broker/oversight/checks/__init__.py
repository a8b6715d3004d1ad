"""One access check a file; `broker.oversight.register` lists them."""
