"""Who is answered what: the rules of access as one table (`matrix.md`), and everything needed to hold the office against it."""
