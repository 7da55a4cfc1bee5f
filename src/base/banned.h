/* Forced into every file by the build (-include): calls that have no safe use here do not compile.
 * What to use instead: buf_*, arena_fmt, snprintf, memcpy with a known length; sl_cut; base/date.h and its clocks.
 * The system headers come first, so that their own declarations are read before the names are taken. */
#ifndef TB_BANNED_H
#define TB_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef sprintf
#undef vsprintf
#undef strtok
#undef gets
#undef gmtime
#undef localtime
#undef ctime
#undef asctime
#undef time
#define strcpy(...)    strcpy_is_banned_use_arena_dup_or_buf
#define strcat(...)    strcat_is_banned_use_buf
#define sprintf(...)   sprintf_is_banned_use_snprintf_or_buf_fmt
#define vsprintf(...)  vsprintf_is_banned_use_vsnprintf
#define strtok(...)    strtok_is_banned_use_sl_cut
#define gets(...)      gets_is_banned_use_file_read
#define gmtime(...)    gmtime_is_banned_use_base_date
#define localtime(...) localtime_is_banned_use_base_date
#define ctime(...)     ctime_is_banned_use_instant_iso
#define asctime(...)   asctime_is_banned_use_instant_iso
#define time(...)      time_is_banned_use_a_struct_clock

#endif
