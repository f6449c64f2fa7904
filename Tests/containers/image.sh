# shellcheck shell=bash disable=SC2154
image() { :; }
