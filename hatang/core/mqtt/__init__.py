"""MQTT 3.1.1 as far as taking in needs it: a door for devices, a reader beside a broker; stored, then acknowledged."""
