"""The language that edge, hub and kiosk share: messages, topics, bus and settings."""
