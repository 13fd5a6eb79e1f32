"""People invited by name: their contacts, their links, their letters, and the send-outs that the open cells ask for."""
