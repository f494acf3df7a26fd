"""The exchanges: how each is spoken to. Nothing here knows AWS."""
