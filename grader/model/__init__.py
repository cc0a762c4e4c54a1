"""Pure values: what is planned, what happened, what follows. No clock, socket, file or chance."""
