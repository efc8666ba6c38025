"""What stands around the application: bounds and answers of requests before any view is asked."""
