"""Published methods without a framework: numbers and bytes in, numbers and bytes out."""
