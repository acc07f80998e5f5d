"""What things look like to clients; the names are the reference's, to the letter. A file for each resource."""
