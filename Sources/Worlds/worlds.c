// The recorded hosts, embedded by the compiler, so that the executable needs no folder beside it.
// A new file needs four lines here: its bytes and its row in the table.

#pragma clang diagnostic ignored "-Wc23-extensions"

#include "Worlds.h"

static const unsigned char host[] = {
#embed "worlds/host.json"
};
static const unsigned char clock_jump[] = {
#embed "worlds/clock-jump.json"
};
static const unsigned char counting[] = {
#embed "worlds/counting.json"
};
static const unsigned char cpu_saturation[] = {
#embed "worlds/cpu-saturation.json"
};
static const unsigned char disk_filling[] = {
#embed "worlds/disk-filling.json"
};
static const unsigned char fork_bomb[] = {
#embed "worlds/fork-bomb.json"
};
static const unsigned char healthy[] = {
#embed "worlds/healthy.json"
};
static const unsigned char hung_mount[] = {
#embed "worlds/hung-mount.json"
};
static const unsigned char injection[] = {
#embed "worlds/injection.json"
};
static const unsigned char just_installed[] = {
#embed "worlds/just-installed.json"
};
static const unsigned char memory_leak[] = {
#embed "worlds/memory-leak.json"
};
static const unsigned char missing_probe[] = {
#embed "worlds/missing-probe.json"
};
static const unsigned char names_and_others[] = {
#embed "worlds/names-and-others.json"
};
static const unsigned char needle_in_24_h[] = {
#embed "worlds/needle-in-24-h.json"
};
static const unsigned char oom_kill[] = {
#embed "worlds/oom-kill.json"
};
static const unsigned char packet_loss[] = {
#embed "worlds/packet-loss.json"
};
static const unsigned char reboot[] = {
#embed "worlds/reboot.json"
};
static const unsigned char relay_backlog[] = {
#embed "worlds/relay-backlog.json"
};
static const unsigned char time_windows[] = {
#embed "worlds/time-windows.json"
};
static const unsigned char two_causes_at_once[] = {
#embed "worlds/two-causes-at-once.json"
};
static const unsigned char unknown_metric[] = {
#embed "worlds/unknown-metric.json"
};

const RecordedFile recordedHost = {host, sizeof host};

static const RecordedFile files[] = {
    {clock_jump, sizeof clock_jump},
    {counting, sizeof counting},
    {cpu_saturation, sizeof cpu_saturation},
    {disk_filling, sizeof disk_filling},
    {fork_bomb, sizeof fork_bomb},
    {healthy, sizeof healthy},
    {hung_mount, sizeof hung_mount},
    {injection, sizeof injection},
    {just_installed, sizeof just_installed},
    {memory_leak, sizeof memory_leak},
    {missing_probe, sizeof missing_probe},
    {names_and_others, sizeof names_and_others},
    {needle_in_24_h, sizeof needle_in_24_h},
    {oom_kill, sizeof oom_kill},
    {packet_loss, sizeof packet_loss},
    {reboot, sizeof reboot},
    {relay_backlog, sizeof relay_backlog},
    {time_windows, sizeof time_windows},
    {two_causes_at_once, sizeof two_causes_at_once},
    {unknown_metric, sizeof unknown_metric},
};

const long recordedWorldsCount = sizeof files / sizeof *files;

RecordedFile recordedWorlds(long index) { return files[index]; }
