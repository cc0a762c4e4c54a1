"""Parts the program from the agent."""
