"""What if: changes supposed on top of a run, and who loses or gains."""
