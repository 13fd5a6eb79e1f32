"""PostgreSQL and Valkey for one machine: their binaries come with the requirements, we start, watch and stop them.

``python -m config.embedded exec -- COMMAND…`` runs a command with both at hand.
"""
