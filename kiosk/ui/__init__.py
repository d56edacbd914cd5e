"""The kiosk's face: thin QML over the flow."""
