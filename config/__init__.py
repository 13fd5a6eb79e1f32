"""How the house is run: settings, addresses, Celery, the embedded services and their supervisor."""
