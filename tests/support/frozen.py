"""Has what is loaded by now never be looked at by the garbage collector: imported last, for that.

Else each process that is forked looks at all of it again and again while it loads the rest, and
copies the memory for that.
"""

import gc

gc.freeze()
