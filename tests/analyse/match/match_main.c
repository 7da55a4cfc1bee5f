/* The verb alone, for the acceptance run and by hand. */
#include "analyse/match/matchcli.h"

int main(int argc, char **argv)
{
    return match_cli(argc, argv, false);
}
