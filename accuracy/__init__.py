"""How often verdicts and suggestions are right, on trainings of known truth."""
