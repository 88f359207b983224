"""Ticks: policies, the clock and everything else that happens without a person asking."""
