function __cuaderno_complete
    set -l found (cuaderno complete -- (commandline -cp) 2>/dev/null)
    if test "$found[1]" = :files
        set -l current (commandline -ct)
        set -l before (string match -r -- '^-[^=]*=' $current)
        for file in (__fish_complete_path (string replace -- "$before" '' $current))
            echo "$before$file"
        end
    else if set -q found[1]
        printf '%s\n' $found
    end
end
complete -c cuaderno -f -k -a '(__cuaderno_complete)'
