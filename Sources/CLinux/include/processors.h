// CPU sets are macros, which Swift does not see.
#pragma once

// Fills in the numbers of the CPUs that the calling thread may use, in order; answers how many, at most `room`, or -1.
int clinux_usable_processors(int *numbers, int room);
// The calling thread runs on that CPU alone from now on. 0, or -1 and errno.
int clinux_pin(int processor);
