#!/usr/bin/env bash
# A root file system that holds the programs, the libraries that they name, the scenarios, and nothing else: no shell,
# no package manager. What an image of integrations/Containerfile has, made without a registry.
#
#     rootfs.sh BIN FOLDER    BIN: where tcpfault and tcpfault-run are; FOLDER: to be made, must not be there yet
set -euo pipefail
if [ $# != 2 ]; then
    echo 'usage: rootfs.sh BIN FOLDER' >&2
    exit 64
fi
bin=$(realpath "$1") root=$(realpath --canonicalize-missing "$2")
if [ -e "$root" ]; then
    echo "rootfs.sh: $root is there already; name a folder that is to be made" >&2
    exit 64
fi
for program in tcpfault tcpfault-run; do
    if [ ! -x "$bin/$program" ]; then
        echo "rootfs.sh: there is no $program in $bin; build it (make programs), or name the folder that has it" >&2
        exit 64
    fi
done
mkdir -p "$root"/{dev,etc,proc,run,sys,tmp,usr/local/bin,usr/local/share/tcpfault}
chmod 755 "$root"
chmod 1777 "$root/tmp"
cp "$bin/tcpfault" "$bin/tcpfault-run" "$root/usr/local/bin"

needed=$(ldd "$bin/tcpfault" "$bin/tcpfault-run")
if grep 'not found' <<< "$needed" >&2; then
    echo 'rootfs.sh: these libraries are missing here, so they cannot be copied either' >&2
    exit 1
fi
# "libm.so.6 => /lib/…/libm.so.6 (0x…)", and for the loader "/lib64/ld-linux-x86-64.so.2 (0x…)"
while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp --dereference "$library" "$root$library"
done < <(sed -n 's/^.*[[:space:]]\(\/[^ ]*\) (0x.*$/\1/p' <<< "$needed" | sort -u)

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
for folder in scenarios netns; do cp -R "$folder" "$root/usr/local/share/tcpfault/$folder"; done
