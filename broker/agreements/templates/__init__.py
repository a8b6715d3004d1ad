"""Templates: agreements with blanks for bodies, dates and references, and what fills them in."""
