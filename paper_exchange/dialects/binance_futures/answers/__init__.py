"""The JSON shapes of answers, field for field as in the futures pages since June 2026 and the SDKs' models."""
