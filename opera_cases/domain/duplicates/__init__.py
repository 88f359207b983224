"""Suspected duplicates: two records that may be of one person. Merging and parting them is always a human act."""
