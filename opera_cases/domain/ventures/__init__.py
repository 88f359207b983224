"""A venture is a project, then a firm: it may be shared by people and outlives their cases."""
