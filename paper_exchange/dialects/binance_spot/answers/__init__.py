"""The JSON shapes of answers, field for field as in rest-api.md."""
