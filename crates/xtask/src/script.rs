//! The script that wasm-bindgen writes, made smaller: without comments, indentation and the classes that nobody uses.

use std::collections::HashMap;

/// `script` with the keys of objects renamed as `names` has them.
///
/// It knows how wasm-bindgen writes: a class, and what is at the top level, ends with a brace at the beginning of a line.
pub(crate) fn slim(script: &str, names: &HashMap<String, String>) -> String {
    let mut slimmed = String::with_capacity(script.len());
    let mut is_in_class = false;
    let mut is_in_comment = false;
    for line in script.lines() {
        let trimmed = line.trim();
        is_in_class |= line.starts_with("export class ");
        is_in_comment |= trimmed.starts_with("/*");
        let is_dropped = is_in_class
            || is_in_comment
            || trimmed.is_empty()
            || trimmed.starts_with("//")
            || line.starts_with("if (Symbol.dispose)");
        is_in_class &= line != "}";
        is_in_comment &= !trimmed.ends_with("*/");
        if is_dropped {
            continue;
        }
        let renamed =
            trimmed.split_once(':').and_then(|(key, rest)| Some((names.get(key.trim_matches('"'))?, rest)));
        match renamed {
            Some((name, rest)) => slimmed.extend([name, ":", rest]),
            None => slimmed.push_str(trimmed),
        }
        slimmed.push('\n');
    }
    without_finalizers(&slimmed)
}

/// Without the registries of classes that are gone: `const …Finalization = …;`, over some lines.
fn without_finalizers(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut is_in_one = false;
    for line in script.lines() {
        is_in_one |= line.starts_with("const ") && line.contains("Finalization = ");
        if !is_in_one {
            kept.push_str(line);
            kept.push('\n');
        }
        is_in_one &= !line.ends_with(';');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_comments_and_indentation_go_and_keys_get_other_names() {
        let script = "\
import * as other from \"./other.js\"

export class Unused {
    free() {
        wasm.unused_free(this);
    }
}
if (Symbol.dispose) Unused.prototype[Symbol.dispose] = Unused.prototype.free;

function imports() {
    const import0 = {
        /**
         * @returns {number}
         */
        __wbg_now_0123: function() {
            // Whatever the clock says.
            return \"// no comment\";
        },
        __wbg_kept: 1,
    };
}
const UnusedFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {} }
    : new FinalizationRegistry(ptr => wasm.unused_free(ptr, 1));
export { imports as default };
";
        let names = HashMap::from([("__wbg_now_0123".to_owned(), "i0".to_owned())]);
        let slimmed = "\
import * as other from \"./other.js\"
function imports() {
const import0 = {
i0: function() {
return \"// no comment\";
},
__wbg_kept: 1,
};
}
export { imports as default };
";
        assert_eq!(slim(script, &names), slimmed);
    }
}
