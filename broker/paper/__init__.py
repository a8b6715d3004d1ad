"""Paper: what is printed or handed over as a PDF, typeset from templates of this house and plain data."""
