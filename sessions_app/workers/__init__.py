"""What runs beside the requests of one process, and how processes hear of each other."""
