"""How the database is reached: its threads, its hot statements, its migrations."""
