"""Operators: who works for the programme, the roles given to them, and with what they show that they may act."""
