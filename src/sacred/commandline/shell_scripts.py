"""What ``--completion`` prints: code for bash, zsh and fish.

``@PATH@`` and ``@NAME@`` stand for the program's path and name. A program is only ever started by Tab when
its path is one that was registered: another ``main.py``, which might begin its work, is left alone. Each
script offers file names where the program has no candidates.
"""

LINE_VARIABLE = "_SACRED_LINE"
MARK = "\x1f"

_BASH = r"""
__sacred_paths+=(@PATH@)

__sacred_is_known() {
  local path known
  path=$(readlink -f -- "$1" 2>/dev/null) || return 1
  for known in "${__sacred_paths[@]}"; do
    [[ $known == "$path" ]] && return 0
  done
  return 1
}

__sacred_complete() {
  local -a program
  local word line
  COMPREPLY=()
  case ${COMP_WORDS[0]##*/} in
    python*)
      program=("${COMP_WORDS[0]}")
      for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == -[cm]* ]] && return
        program+=("${word/#\~\//$HOME/}")
        [[ $word == -* ]] || break
      done
      word=${program[-1]}
      ;;
    *)
      word=${COMP_WORDS[0]/#\~\//$HOME/}
      [[ $word == */* ]] || word=$(type -P -- "$word") || return
      program=("$word")
      ;;
  esac
  __sacred_is_known "$word" || return
  while IFS= read -r line; do
    [[ $line == $'\x1f'* ]] && COMPREPLY+=("${line:1}")
  done < <(_SACRED_COMPLETE=bash _SACRED_LINE="${COMP_LINE:0:COMP_POINT}" \
    "${program[@]}" 2>/dev/null </dev/null)
  [[ ${#COMPREPLY[@]} -gt 0 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
  return 0
}

complete -o bashdefault -o default -F __sacred_complete @NAME@ python python3
"""

_ZSH = r"""
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }

typeset -gaU __sacred_paths
__sacred_paths+=(@PATH@)

__sacred_complete() {
  local -a program candidates open closed
  local word
  case ${words[1]:t} in
    python*)
      program=(${(Q)words[1]})
      for word in ${words[2,CURRENT-1]}; do
        [[ $word == -[cm]* ]] && break
        program+=(${(Q)word/#\~\//$HOME/})
        [[ $word == -* ]] || break
      done
      ;;
    *)
      program=(${(Q)words[1]/#\~\//$HOME/})
      [[ $program[1] == */* ]] || program=(${commands[$program[1]]})
      ;;
  esac
  if (( ${__sacred_paths[(Ie)${program[-1]:A}]} )); then
    candidates=(${(f)"$(_SACRED_COMPLETE=zsh _SACRED_LINE="${(j: :)words[1,CURRENT-1]} $PREFIX" \
      $program 2>/dev/null </dev/null)"})
    candidates=(${${(M)candidates:#$'\x1f'*}#$'\x1f'})
    open=(${(M)candidates:#*=})
    closed=(${candidates:#*=})
    compadd -S '' -a open
    compadd -a closed
    (( $#candidates )) || _files
  elif [[ ${words[1]:t} == python* ]]; then
    _python 2>/dev/null || _files
  else
    _files
  fi
}

compdef __sacred_complete @NAME@ python python3
"""

_FISH = r"""
contains -- @PATH@ $__sacred_paths; or set -ga __sacred_paths @PATH@

function __sacred_program
    set -l words (commandline -xpc 2>/dev/null; or commandline -opc)
    set -l program $words[1]
    if string match -qr '(^|/)python[^/]*$' -- $program
        for word in $words[2..-1]
            string match -qr -- '^-[cm]' $word; and return 1
            set -a program $word
            string match -q -- '-*' $word; or break
        end
        set -q program[2]; or return 1
    else if not string match -q '*/*' -- $program
        set program (command -s -- $program); or return 1
    end
    set -l path (path resolve -- $program[-1] 2>/dev/null; or realpath -- $program[-1])
    contains -- $path $__sacred_paths; or return 1
    printf '%s\n' $program
end

function __sacred_complete
    set -l program (__sacred_program); or return
    set -l mark (printf '\x1f')
    set -l line (commandline -cp | string collect)
    env _SACRED_COMPLETE=fish _SACRED_LINE=$line $program 2>/dev/null </dev/null |
        string match -- "$mark*" | string replace -- $mark ''
end

for name in @NAME@ python python3
    complete -c $name -n '__sacred_program >/dev/null' -a '(__sacred_complete)'
end
"""

SCRIPTS = {"bash": _BASH.lstrip(), "zsh": _ZSH.lstrip(), "fish": _FISH.lstrip()}
