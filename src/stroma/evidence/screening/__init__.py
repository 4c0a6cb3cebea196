"""Who decided what of which publication, in what order, and how far it has come."""
