"""OGC SensorThings API 1.1 (18-088), part Sensing: entities, questions, writing."""
