"""Proofs: hashes, chains and signed heads, by which a change of what is stored is found."""
