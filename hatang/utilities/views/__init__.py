"""Pages of the transparency log, of signed documents and certificates, and the public page that verifies."""
