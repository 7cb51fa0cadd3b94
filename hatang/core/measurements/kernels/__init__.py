"""What runs long, compiled by numba. Code once compiled is kept for the next start.

numba keeps it by the file of the function that is called from Python and does not notice a change in another file; so
no kernel here calls one of another file.
"""
