#define _GNU_SOURCE
#include "include/processors.h"

#include <sched.h>

int clinux_usable_processors(int *numbers, int room) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
    int count = 0;
    for (int processor = 0; processor < CPU_SETSIZE && count < room; processor++)
        if (CPU_ISSET(processor, &set)) numbers[count++] = processor;
    return count;
}

int clinux_pin(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof set, &set);
}
