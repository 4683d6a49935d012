# Bash has no room for what a word means but where it lists several.
_cuaderno() {
  local line=${COMP_LINE:0:COMP_POINT} word text before=
  local current=${line##*[[:space:]]}
  [[ $current == -*=* ]] && before=${current%%=*}=
  local shown=$before # what stays on the line: = may divide words, then it is a word of its own
  [[ $COMP_WORDBREAKS == *=* ]] && shown=
  local -a words=() texts=()
  COMPREPLY=()
  while IFS=$'\t' read -r word text; do
    if [[ $word == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$shown$word"); done < <(compgen -f -- "${current#"$before"}")
      return
    fi
    words+=("$shown${word#"$before"}") texts+=("$text")
  done < <(cuaderno complete -- "$line" 2>/dev/null)
  local i
  for i in "${!words[@]}"; do
    if ((${#words[@]} > 1 && COMP_TYPE == 63)) && [[ -n ${texts[i]} ]]; then
      COMPREPLY+=("${words[i]}  (${texts[i]})")
    else
      COMPREPLY+=("${words[i]}")
    fi
  done
}
complete -F _cuaderno cuaderno
